"""Subjects (話題): the one list of what can be spoken about, whatever slice it belongs to.

Words: Subject 話題.
Tables: subjects. Spine: 「about what」.
Below: web. Above, those who read it: plans, consultations, contributions and every way of speaking.
Start reading at commands.py.
"""
