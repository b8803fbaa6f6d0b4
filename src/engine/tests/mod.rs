//! Plans made by hand over small snapshots: what the parts say together.
