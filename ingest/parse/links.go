package parse

import (
	"net/url"
	"regexp"
	"strings"
)

var reURL = regexp.MustCompile(`(?i)https?://[^\s<>"'\x00-\x1f]+`)

// transferLinks gives the links to file-transfer services among those in text
// and hrefs, each once. They are never fetched.
func transferLinks(text string, hrefs []string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(u string) {
		u = strings.TrimRight(u, ".,;:!?)]}»*_")
		if len(u) > maxLink || len(out) >= maxLinks || seen[u] || !transferService(u) {
			return
		}
		seen[u] = true
		out = append(out, u)
	}
	for _, u := range reURL.FindAllString(text, 2000) {
		if !strings.HasSuffix(u, "…") { // a shortened one, whose whole is among hrefs
			add(u)
		}
	}
	for _, u := range hrefs {
		if len(u) > 7 && (strings.EqualFold(u[:7], "http://") || strings.EqualFold(u[:min(8, len(u))], "https://")) {
			add(u)
		}
	}
	return out
}

// transferService tells whether a link leads to a service that hands out files.
func transferService(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	switch host {
	case "drive.google.com", "docs.google.com", "photos.app.goo.gl", "we.tl", "1drv.ms", "fex.net", "my.pcloud.com", "e.pcloud.link", "u.pcloud.link":
		return true
	case "safelinks.protection.outlook.com":
		return false
	}
	if strings.HasSuffix(host, ".safelinks.protection.outlook.com") { // the link behind the guard
		inner := u.Query().Get("url")
		return inner != "" && !strings.Contains(inner, "safelinks.protection") && transferService(inner)
	}
	for _, d := range []string{"wetransfer.com", "swisstransfer.com", "francetransfert.numerique.gouv.fr", "francetransfert.fr",
		"grosfichiers.com", "fromsmash.com", "smash.com", "transfernow.net", "dropbox.com", "db.tt", "dropboxusercontent.com",
		"onedrive.live.com", "onedrive.com", "sharepoint.com", "sharepoint.us", "box.com", "mega.nz", "mega.co.nz", "filemail.com", "transferxl.com", "sendgb.com",
		"lufi.io", "drop.chapril.org", "dl.free.fr", "hubic.com", "icloud.com", "kdrive.infomaniak.com", "pcloud.link",
		"sendanywhere.com", "send-anywhere.com", "terashare.com", "uploadfiles.io", "myairbridge.com", "hightail.com", "sharefile.com",
		"sharefile.eu", "oodrive.com", "oodrive.fr", "bluefiles.com", "mybluefiles.com", "melanissimo.developpement-durable.gouv.fr", "tixeo.com", "digiposte.fr", "cjoint.com", "zupimages.net", "transfert.free.fr", "files.fm", "gofile.io", "mediafire.com"} {
		if host == d || strings.HasSuffix(host, "."+d) {
			return true
		}
	}
	return false
}
