# Makes the manual page radarr(5) of the README's table of settings.
function roff(text) {
    gsub(/\\/, "\\e", text)
    gsub(/`/, "", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}
BEGIN {
    FS = " \\| "
    print ".TH RADARR 5 \"\" \"radarr\" \"File formats\""
    print ".SH NAME\nradarr \\- configuration of radarr\\-daemon"
    print ".SH SYNOPSIS\n/etc/radarr/config.toml\n.br\n~/.config/radarr/config.toml"
    print ".SH DESCRIPTION"
    print "What an operator sets per deployment. It is read from defaults, then a file in TOML or YAML, then the"
    print "environment; later ones win. A key that does not exist is an error with a suggestion."
    print ".B radarr\\-daemon config show"
    print "prints what is in force with secrets masked,"
    print ".B radarr\\-daemon config check"
    print "says what is wrong. Everything else (indexers, clients, root folders, profiles, naming) is set with"
    print ".BR radarr\\-tui (1)."
    print ".SH SETTINGS"
}
/^\| Key \| Environment \|/ { in_table = 1; next }
in_table && /^\|---/ { next }
in_table && !/^\|/ { in_table = 0 }
in_table {
    sub(/^\| /, ""); sub(/ \|$/, "")
    section = $1; gsub(/`/, "", section); sub(/\..*/, "", section)
    if (section != last) { print ".SS [" section "]"; last = section }
    print ".TP\n.B " roff($1) "\n" roff($4) ".\nDefault: " roff($3) ". Environment: " roff($2) "."
}
END {
    print ".SH SEE ALSO\n.BR radarr\\-daemon (1),\n.BR radarr\\-tui (1)"
}
