"""Front: the pages for residents on which slices meet: home, an item of a plan with its voices, my page, search.

Words: none of its own.
Tables: none. Spine: reads all.
Below: everything. Above, those who read it: app.
Start reading at views.py.
"""
