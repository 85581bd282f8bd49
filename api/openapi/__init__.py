"""The OpenAPI document of everything that is served to machines (docs/api/openapi.md)."""
