"""Sorting texts by machine: a hint for people, who decide. Nothing is dropped, nothing is sent anywhere."""
