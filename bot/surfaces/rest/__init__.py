"""The REST surface: everything Quarterdeck does, for programs. JSON in and out, problem+json for every error."""
