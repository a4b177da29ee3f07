"""The exercises: one folder a chapter, one module an exercise."""
