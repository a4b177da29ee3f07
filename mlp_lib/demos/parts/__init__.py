"""What demos are made of: the figure, its controls, things to drag and draw on."""
