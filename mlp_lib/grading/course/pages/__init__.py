"""The pages that students get back, with their formulas drawn."""

from mlp_lib.grading.course.pages.feedback import FeedbackPage, OpenGrades

__all__ = ["FeedbackPage", "OpenGrades"]
