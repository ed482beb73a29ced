"""FHIR R4, read-only: values in, resources as plain dicts out."""
