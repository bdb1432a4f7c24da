// What the shells are told, so that their Tab keys ask `iomap complete`. A colon parts words in bash, and what stands before it must not be
// printed again.

const BASH = `_iomap() {
  local line="\${COMP_LINE:0:COMP_POINT}" current words kept
  current="\${line##*[[:space:]]}"
  read -r -a words <<<"\${line:0:\${#line}-\${#current}}"
  kept="\${current%"\${current##*[:=]}"}"
  mapfile -t COMPREPLY < <(iomap complete -- "\${words[@]:1}" "$current" 2>/dev/null)
  COMPREPLY=("\${COMPREPLY[@]#"$kept"}")
  case "\${COMPREPLY[0]}" in *[/=:.]) compopt -o nospace 2>/dev/null ;; esac
}
complete -F _iomap iomap
`

const ZSH = `#compdef iomap
_iomap() {
  local -a found
  found=("\${(@f)$(iomap complete -- "\${(@)words[2,CURRENT-1]}" "$words[CURRENT]" 2>/dev/null)}")
  local -a open=("\${(@M)found:#*[/=:.]}") whole=("\${(@)found:#*[/=:.]}")
  (( $#open )) && compadd -S '' -- $open
  (( $#whole )) && compadd -- $whole
}
compdef _iomap iomap
`

const FISH = `function __iomap_complete
    set -l words (commandline -opc)
    iomap complete -- $words[2..] (commandline -ct) 2>/dev/null
end
complete -c iomap -f -a '(__iomap_complete)'
`

export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH }
