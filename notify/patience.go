package notify

import "time"

// Patience bounds each step of a conversation with the server (RFC 5321
// section 4.5.3.2), by the monotonic clock. A field of 0 is its default.
type Patience struct {
	Connect time.Duration // TCP, TLS, greeting, EHLO and login, all together; 1 min
	Command time.Duration // the answer to one command; 5 min
	Block   time.Duration // the taking of one block of a letter, some 4 kB; 3 min
	Letter  time.Duration // the taking of a whole letter; 1 h
	Answer  time.Duration // the answer to a whole letter; 10 min
	Quit    time.Duration // the answer to our goodbye; 2 s
	Idle    time.Duration // after that an unused connection is closed; 30 s
}

// outOfTurn is how long is listened for a server that speaks before it is
// asked.
const outOfTurn = time.Millisecond

// lastWords is how long a server that stopped taking a letter has to say why.
const lastWords = 200 * time.Millisecond

func (p Patience) orDefaults() Patience {
	for _, f := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&p.Connect, time.Minute}, {&p.Command, 5 * time.Minute}, {&p.Block, 3 * time.Minute}, {&p.Letter, time.Hour},
		{&p.Answer, 10 * time.Minute}, {&p.Quit, 2 * time.Second}, {&p.Idle, 30 * time.Second},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return p
}
