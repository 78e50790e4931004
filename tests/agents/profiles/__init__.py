"""What a model may be shown of a tenant's words."""
