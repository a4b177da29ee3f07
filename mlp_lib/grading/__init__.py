"""Classroom grading: answers are computed in a sandbox and judged outside it."""
