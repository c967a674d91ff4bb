"""What is sent and answered, for the OpenAPI document and to check what comes in."""
