package cases

import "strings"

// FreeMail reports whether a domain is that of a provider at which unrelated
// people have their addresses.
func FreeMail(domain string) bool {
	name, _, _ := strings.Cut(domain, ".")
	switch name {
	case "hotmail", "outlook", "yahoo", "live", "msn", "gmx":
		return true
	}
	switch domain {
	case "gmail.com", "googlemail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "neuf.fr", "cegetel.net",
		"bbox.fr", "numericable.fr", "aol.com", "icloud.com", "me.com", "mac.com", "ymail.com", "protonmail.com", "proton.me",
		"nordnet.fr", "aliceadsl.fr", "club-internet.fr", "mail.pf", "lagoon.nc", "mls.nc", "only.fr":
		return true
	}
	return false
}
