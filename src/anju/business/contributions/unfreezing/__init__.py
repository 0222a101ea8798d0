"""解冻: a freeze ends by a paper of its authority; entered and approved at the branch."""
