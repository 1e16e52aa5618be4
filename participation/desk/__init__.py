"""Desk (聴く机): the pages for staff on which slices meet: today's work, the register of everything said.

Words: register 受付簿.
Tables: none. Spine: reads all.
Below: everything. Above, those who read it: app.
Start reading at desk_views.py.
"""
