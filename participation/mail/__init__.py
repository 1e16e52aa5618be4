"""Mail (メール): letters composed when the change happens, sent by a job after it is stored."""
