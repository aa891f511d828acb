# Interactive shells of the sandbox.
[ -n "${PS1-}" ] || return

shopt -s checkwinsize histappend
HISTCONTROL=ignoredups

PS1='\u@\h:\w\$ '
PS2='> '

# systemd-nspawn asks the container's systemd which hierarchy it wants; a tree without one needs this.
[ "${CGROUP_VERSION-}" != 2 ] || export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1

# Shell integration (OSC 133): the terminal learns where a prompt starts (A) and ends (B), where a
# command's output starts (C), and that it is done and how (D).
_unboxed_prompt() {
  local code=$?
  [ -z "${_unboxed_running-}" ] || printf '\e]133;D;%d\a' "$code"
  _unboxed_running=
}
PROMPT_COMMAND=_unboxed_prompt
PS0='\e]133;C\a${PS1:$((_unboxed_running=1)):0}'
PS1='\[\e]133;A\a\]'$PS1'\[\e]133;B\a\]'
PS2=$PS2'\[\e]133;B\a\]'
