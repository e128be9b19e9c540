package parse

import (
	"slices"
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"paragraphs", "<p>un</p><p>deux</p>", "un\n\ndeux"},
		{"blocks and breaks", "<div>un</div><div>deux<br>trois</div>", "un\ndeux\ntrois"},
		{"white space", "un \n\t deux  <b> trois</b>", "un deux trois"},
		{"entities", "l&rsquo;&eacute;t&eacute; &amp; 450&nbsp;000&nbsp;&euro;", "l’été & 450\u00a0000\u00a0€"},
		{"table", "<table><tr><td>Réf</td><td>C-5</td></tr><tr><td>A</td><td>B</td></tr></table>", "Réf\tC-5\nA\tB"},
		{"list", "<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"},
		{"numbered list", "<ol><li>un<ul><li>a</ul><li>deux</ol>fin", "1. un\n  - a\n2. deux\nfin"},
		{"table of paragraphs", "<table><tr><td><p>Réf</p></td><td><p>C-5</p><p>D</p></td></tr><tr><td><div>A</div></td></tr></table><p>fin</p>", "Réf\tC-5\n\nD\nA\n\nfin"},
		{"layout table", "<table><tr><td><h1>Titre</h1><p>un</p><p>deux</p></td></tr></table>", "Titre\n\nun\n\ndeux"},
		{"link", "Le <a href='https://we.tl/t-1'>dossier</a> est là.", "Le dossier <https://we.tl/t-1> est là."},
		{"link that tells itself", "<a href='http://www.hub.example/'>hub.example</a>, <a href='https://hub.example/a?b=1'>https://hub.example/a…</a>", "hub.example, https://hub.example/a… <https://hub.example/a?b=1>"},
		{"link around an image, to an address, to a place", "<a href='https://x.example'><img></a><a href='mailto:a@b.example'>écrire</a> <a href='#haut'>haut</a>", "écrire haut"},
		{"preheader", `<div style="max-height:0; overflow:hidden">a</div><span style="visibility: hidden">b</span><span style="opacity:0">c</span><td style="font-size:0px"><p style="font-size:12px">d</p></td>`, "d"},
		{"script, style, title", "<head><title>t</title><style>p{}</style></head><script>x()</script>texte", "texte"},
		{"hidden", `a<div style="display: none">b<div>c</div></div>d<span hidden>e</span>`, "ad"},
		{"hidden and never closed", "<div style='display:none'>a<p>b", "a\n\nb"},
		{"hidden paragraph without end", "<p style='display:none'>a<p>b", "b"},
		{"comment and conditional", "a<!-- b --><!--[if mso]>c<![endif]-->d", "ad"},
		{"quotation", "oui<blockquote>vraiment ?<blockquote>non</blockquote></blockquote>", "oui\n> vraiment ?\n> > non"},
		{"preformatted", "<pre>a  b\n c</pre>", "a  b\n c"},
		{"not closed", "<p>un<b>deux<td>trois", "undeux\ttrois"},
		{"no HTML", "texte < 3 & plus", "texte < 3 & plus"},
		{"empty", "", ""},
	} {
		if got := readHTML(c.in).text; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFlowed(t *testing.T) {
	for _, c := range []struct {
		in, want string
		delSp    bool
	}{
		{"un \ndeux\ntrois", "un deux\ntrois", false},
		{"un \ndeux", "undeux", true},
		{"> un \n> deux\ntrois", "> un deux\ntrois", false},
		{"> un \n>> deux", "> un \n>> deux", false},
		{" >pas cité", ">pas cité", false},
		{"fin\n-- \nClaire", "fin\n-- \nClaire", false},
	} {
		if got := unflow(c.in, c.delSp); got != c.want {
			t.Errorf("unflow(%q, %v) = %q, want %q", c.in, c.delSp, got, c.want)
		}
	}
}

// TestLinks: behaviour 21.
func TestLinks(t *testing.T) {
	got := transferLinks("Voir https://we.tl/t-AbC. ou <https://www.swisstransfer.com/d/1>, (https://1drv.ms/u/s!x) https://hub.example/ http://drive.google.com.evil.example/x https://notwetransfer.com/x",
		[]string{"https://we.tl/t-AbC", "https://hub.sharepoint.com/:b:/s/x", "mailto:a@b.example", "javascript:x",
			"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffromsmash.com%2Fx&data=1"})
	want := []string{"https://we.tl/t-AbC", "https://www.swisstransfer.com/d/1", "https://1drv.ms/u/s!x", "https://hub.sharepoint.com/:b:/s/x",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffromsmash.com%2Fx&data=1"}
	if !slices.Equal(got, want) {
		t.Errorf("links %q\nwant  %q", got, want)
	}
}

// TestLongLinkOnce: a link shown shortened in the text is one link.
func TestLongLinkOnce(t *testing.T) {
	link := "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffromsmash.com%2Fx&data=" + strings.Repeat("1", 300)
	m := readString(t, mailWith("Content-Type: text/html", "<a href='"+link+"'>le dossier</a>"), Options{})
	if !slices.Equal(m.Links, []string{link}) || len(m.Text) > 230 {
		t.Errorf("links %q, text %q", m.Links, m.Text)
	}
}

func TestRTF(t *testing.T) {
	for in, want := range map[string]string{
		`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Bonjour,\par l'\'e9t\'e9\par}`: "Bonjour,\nl'été\n",
		`{\rtf1\uc1 l\u8217?ami \{x\}\tab y}`:                                            "l’ami {x}\ty",
		`{\rtf1 a{\*\generator Word;}b`:                                                  "ab",
	} {
		if got := rtfText([]byte(in)); got != want {
			t.Errorf("rtfText(%q) = %q, want %q", in, got, want)
		}
	}
	// The worked example of MS-OXRTFCP section 3.1.1.
	packed := "\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125B2\x0a\xf3 hel\x09\x00 bw\x05\xb0ld}\x0a\x80\x0f\xa0"
	if got, want := string(inflateRTF([]byte(packed))), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"; got != want {
		t.Errorf("inflateRTF = %q, want %q", got, want)
	}
	if got := inflateRTF([]byte(strings.Repeat("x", 40))); got != nil {
		t.Errorf("inflateRTF of something else = %q", got)
	}
}
