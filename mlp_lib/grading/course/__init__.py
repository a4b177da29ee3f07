"""A course: its folder, its people, what goes out and what comes back.

folder      `Course`: where things lie, the secret, the lock
setting_up  make a course, or add to one
roster      the list of students that a teacher brings
collecting  submissions from a folder or a zip
archives    files of a folder or a zip, whatever is damaged; ``ziplists`` mends a zip's list
owners      whose a file is, by its name
placing     into ``submitted/``; what lay there before is kept aside
exchange    submissions from nbgrader's exchange
handing     release, feedback
marks       as tables; ``platforms``, in the form of Canvas and others
pages       what students get back: an open mark is no 0; formulas are MathML; and the rubric
records     what is kept of each graded submission; ``history``, how they stood after each grading
people      what needs a person, and why
gradebook   the only writer of nbgrader's database
lateness    due dates, and the rule for what comes late; ``times`` applies it
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "folder": ["CONFIGURATION", "OWN", "Course", "CourseError"],
    "setting_up": ["enter", "init"],
    "collecting": ["collecting"],
    "exchange": ["Collect"],
    "handing": ["handing"],
    "marks": ["marks"],
    "platforms": ["platforms"],
    "pages": ["FeedbackPage", "OpenGrades", "Rubric", "shown"],
    "records": ["records"],
    "history": ["history"],
    "roster": ["roster"],
    "people": ["people"],
    "gradebook": ["gradebook"],
    "lateness": ["lateness"],
})
