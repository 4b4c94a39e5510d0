@rem npm scripts begin with exec: a POSIX shell is then replaced, so that signals reach Node; cmd.exe finds this file instead.
@%*
