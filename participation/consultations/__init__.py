"""Consultations (案件): the procedures in which the ward asks, for a stated time, about stated subjects.

Words: Consultation 案件, Phase 段階, Material 資料, パブリックコメント, 意見募集, 区民の声.
Tables: consultations, phases, consultation_subjects, materials. Spine: 「when」.
Below: plans, subjects. Above, those who read it: contributions and every way of speaking.
Start reading at commands.py.
"""
