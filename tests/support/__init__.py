"""What tests build on: fresh databases, builders of people and voices, the client that reads pages."""
