"""What networks are made of and no chapter is about: files, buffers, the record of a training."""
