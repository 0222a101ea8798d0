"""单位登记变更: an employer's registration is put right by papers; the branch approves."""
