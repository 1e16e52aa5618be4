"""Foundation: database, clock, events, ids, text; knows nothing of wards, people or HTTP."""
