"""Jobs (あとで行う仕事): rows written with the change that asks for them, done after it is stored."""
