"""Plans (計画): the ward's plans as trees of nodes that people can speak about.

Words: Plan 計画, PlanVersion 版, PlanLevel 計画の階層, PlanNode 計画の項目, NodeText 項目の文章.
Tables: plans, plan_versions, plan_levels, plan_nodes, node_texts, related_passages, plan_drafts.
Below: subjects. Above, those who read it: consultations, contributions, replies, front, desk.
Start reading at commands.py; how a document becomes a tree is told in domain/reading/.
"""
