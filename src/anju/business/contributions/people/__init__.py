"""An employer's people, one by one: found and shown, enrolled, sealed and unsealed."""
