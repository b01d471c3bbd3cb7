"""What /api/v1 answers and refuses, as a table that the OpenAPI document is made of and tests hold the server to."""
