"""What is said between the grader and a kernel.

lines    the sockets, and what can be read from them
asking   `ask`: let the kernel execute code within bounds, and say how it ended
outputs  put what it shows into the cells of a notebook
"""
