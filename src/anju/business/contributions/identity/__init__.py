"""个人信息变更: a member's name, ID number or phone is put right; the branch approves."""
