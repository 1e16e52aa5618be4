"""Access: who somebody is to the software, and the rules of what they may do; deny by default."""
