package content

import (
	"fmt"
	"strings"
	"testing"
)

// Encryption dictionaries as an office suite writes them: one PDF that only
// restricts changes, one that asks for a password to open.
const (
	ownerOnly = "<</Filter/Standard/V 2/Length 128/R 3" +
		"/O<5588040988e54a8ae991ac9d80aac232a494d494b4bcc37a4dcc6d07206c9192>" +
		"/U<5d499e10bc1b2797ef8a7f9418f2fc6700000000000000000000000000000000>/P -1028>>"
	ownerOnlyID = "/ID[<F9BB2F5264C92A7E7F65DCAFF817CF1E><F9BB2F5264C92A7E7F65DCAFF817CF1E>]"
	userToo     = "<</Filter/Standard/V 2/Length 128/R 3" +
		"/O<0e522925a3e4e874c3cfacbef511a73ac4ec2bd865dcd3d4627614917abfd7e4>" +
		"/U<9a43a8bf0727dc21e079f59fb055618400000000000000000000000000000000>/P -1028>>"
	userTooID = "/ID[<F6015A97EBA7E94DC4ECD9C94D5C6864><F6015A97EBA7E94DC4ECD9C94D5C6864>]"
)

func TestPDFEncryption(t *testing.T) {
	withStream := func(dict string) string {
		body := "%PDF-1.5\n9 0 obj\n" + dict + "\nendobj\n"
		return fmt.Sprintf("%s7 0 obj\n<</Type/XRef/Size 3/Root 1 0 R/Encrypt 9 0 R%s/W[1 2 1]/Length 3>>stream\nabc\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
			body, userTooID, len(body))
	}
	asked := string(pdfOf("/Encrypt 9 0 R"+userTooID, "9 0 obj\n"+userToo+"\nendobj"))
	for _, tt := range []struct {
		rule, data string
		want       string
	}{
		{"password to open", asked, UnreadableEncrypted},
		{"password only to change", string(pdfOf("/Encrypt 9 0 R"+ownerOnlyID, "9 0 obj\n"+ownerOnly+"\nendobj")), ""},
		{"dictionary in the trailer", string(pdfOf("/Encrypt " + ownerOnly + ownerOnlyID)), ""},
		{"cross-reference stream", withStream(userToo), UnreadableEncrypted},
		{"broken startxref", strings.Replace(asked, "startxref\n", "startxref\n9", 1), UnreadableEncrypted},
		{"broken startxref, stream", strings.Replace(withStream(userToo), "startxref\n", "startxref\n9", 1), UnreadableEncrypted},
		{"no dictionary to be found", string(pdfOf("/Encrypt 9 0 R")), UnreadableEncrypted},
		{"no encryption, said aloud", string(pdfOf("/Encrypt null")), ""},
		{"certificate", string(pdfOf("/Encrypt <</Filter/Adobe.PubSec/V 4>>")), UnreadableEncrypted},
		{"the word in the text", string(pdfOf("", "5 0 obj\n<</Length 30>>stream\n(trailer <</Encrypt 9 0 R>>)\nendstream\nendobj")), ""},
		{"the word in a string of the trailer", string(pdfOf("/Info(/Encrypt 9 0 R \\) >>)")), ""},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			f := mustLook(t, []byte(tt.data), "a.pdf", "application/pdf")
			if f.Unreadable != tt.want {
				t.Errorf("unreadable %q, want %q; %q", f.Unreadable, tt.want, f.Warnings)
			}
		})
	}
}

// TestPDFPassword holds what a second program writes for each revision of the
// standard security handler, with an empty and with a real user password.
func TestPDFPassword(t *testing.T) {
	const id = "\x4B\x3C\x40\x2F\xA5\x2C\x3C\xAA\xF0\x2C\x54\x15\x32\x45\xD9\x4A"
	for _, tt := range []struct {
		rule, dict string
		want       bool
	}{
		{"revision 2", "<</Filter/Standard/O<be72ff4450d87231d318b78f204e7589bc882e5a842c5b529f1f9dd0ac4de2fc>/P -3901/R 2" +
			"/U<6109cb2d0a52407afe29e1bbdec3bcd9028935205fac0a42bc15dd8699f1d291>/V 1>>", true},
		{"revision 4", "<</Filter/Standard/Length 128/O<5588040988e54a8ae991ac9d80aac232a494d494b4bcc37a4dcc6d07206c9192>/P -3901/R 4" +
			"/U<7b09c4aef43df922a8794d10f042515800000000000000000000000000000000>/V 4>>", true},
		{"revision 4, other permissions", "<</Filter/Standard/Length 128/O<5588040988e54a8ae991ac9d80aac232a494d494b4bcc37a4dcc6d07206c9192>/P -4/R 4" +
			"/U<7b09c4aef43df922a8794d10f042515800000000000000000000000000000000>/V 4>>", false},
		{"revision 5", "<</Filter/Standard/R 5/V 5/U<ec1cd50ee284089f77ab84b6200040e6dc4b0873139023d7992ded1fe853b693" +
			"15cbb2dd5d1c6a02d17fb47cd7856e7a>>>", true},
		{"revision 6", "<</Filter/Standard/R 6/V 5/U<1a732295f65611dfc61d70654a11c2f7e4f71b13a402d507318987d4d05e7ecb" +
			"93fa4b29827ea080b1a42712c50c4e96>>>", true},
		{"revision 6 with a password", "<</Filter/Standard/R 6/V 5/U<8432c3a8b8d13c6b393585257d7695b1098a6dd682009d666eeede4520cee243" +
			"d90f9256c2e5c306da76ffa6f35f932f>>>", false},
		{"unknown revision", "<</Filter/Standard/R 7/V 6/U<ec1cd50ee284089f77ab84b6200040e6dc4b0873139023d7992ded1fe853b693>>>", false},
		{"cut dictionary", "<</Filter/Standard/R 6/U<ec1cd50ee2840", false},
	} {
		p := pdfParser{b: []byte(tt.dict)}
		v, ok := p.value(0)
		dict, isDict := v.(pdfDict)
		if !ok || !isDict {
			t.Fatalf("%s: %v is no dictionary", tt.rule, v)
		}
		if got := pdfOpensWithoutPassword(dict, []byte(id)); got != tt.want {
			t.Errorf("%s: opens %v, want %v", tt.rule, got, tt.want)
		}
	}
}
