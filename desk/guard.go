package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// Bounds of a request.
const (
	bodyMost   = 64 << 10         // bytes of a form
	pageWithin = 20 * time.Second // to answer
)

// policy allows what the desk itself serves, and nothing written into a page.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// guard stands before every page: it sets the headers that keep a browser from
// being used against us, bounds what a request may cost, and answers a panic.
func (d *Desk) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if d.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p) // what has left is not whole: the connection breaks
				}
				// The page is rendered whole before it leaves: nothing of it has.
				d.log.Error("a page failed", "pattern", r.Pattern, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
				d.sayFault(w, r, faultInternal)
			}
		}()
		if !d.requests.take(d.client(r)) {
			w.Header().Set("Retry-After", "5")
			d.sayFault(w, r, faultTooMany)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, bodyMost)
		ctx, cancel := context.WithTimeout(r.Context(), pageWithin)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// denied answers a request that another site had a browser make.
func (d *Desk) denied(w http.ResponseWriter, r *http.Request) {
	d.log.Warn("a request of another site was denied")
	d.sayFault(w, r, faultForeign)
}

// client names who asks, for limits: the address, of IPv6 the network of one
// subscriber. Behind a trusted proxy it is the last address that a proxy of
// ours took the request from.
func (d *Desk) client(r *http.Request) string {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := from.Addr().Unmap()
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(d.o.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && ours(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	if addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
