"""Hand out exercises, grade a class, hand back: ``python -m mlp_lib.grading``, on nbgrader.

__main__     the commands; ``grammar``, what they take
autograde    grades a class: judges what is new, writes the gradebook, keeps a record
cluster      spreads the judging over ``processes`` of this machine, or over machines
settings     limits of time, as the teacher sets them
button       what formgrader's own buttons do

assignments  instructor's notebooks, learners' copies, putting back what was handed out
confinement  the sandbox that students' code runs in
judging      one submission: reading it, marking, showing, results
course       the folder, students, handing out and back, gradebook
reporting    what a graded assignment says of the class

Each knows those above it. A teacher's guide is the README beside this file.
"""
