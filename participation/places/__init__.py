"""Places (場所): the ward's areas and residential districts.

Words: Area 地区, ResidentialDistrict 住区.
Tables: areas, residential_districts. Spine: none.
Below: web. Above, those who read it: organisations, people, spaces of districts.
Start reading at commands.py.
"""
