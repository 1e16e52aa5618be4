"""Demo ward (デモの区): a fictional year of residents, associations and staff, played through the commands.

Words: everything in content/ is invented; no person, organisation or opinion in it is real.
Tables: none of its own.
Below: everything. Above, those who read it: run.py, tests, docs/tour.md.
Start reading at loading.py.
"""
