"""Django ground without business: encrypted fields, key ring, audit rows, outbox, references."""
