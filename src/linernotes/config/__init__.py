"""configs/ and the environment, read and checked into typed models."""
