"""Projects across fields (分野をまたぐプロジェクト): a tag that gathers what belongs together on one page.

Words: Project プロジェクト, ProjectEntry 集めたもの.
Tables: projects, project_entries. Spine: an entry points to a subject, whatever slice owns it.
Below: all ways of speaking, challenges, gatherings, replies. Above, those who read it: front, desk.
Start reading at commands.py.
"""
