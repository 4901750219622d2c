// Asks a webhook again and again, and prints what came of it as JSON. Each connection has one request under way at a
// time. With a rate, requests are due at even times, and each one's time counts from when it was due: one that had to
// wait for the one before it counts as well.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/textproto"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"
)

const digits = "0123456789abcdef"

type settings struct {
	address, mark, expect string
	tls                   *tls.Config
	body                  []byte
	echo                  bool
	warm, duration, due   time.Duration
}

type result struct {
	times  []time.Duration
	asked  int
	failed int
	first  string
}

// One connection: a request that is written once, with a uid in it, once or more often, that changes each time.
type client struct {
	settings
	number  int
	request []byte
	uid     []byte
	// The uid again, where the body has it a second time.
	others  [][]byte
	reader  *bufio.Reader
	conn    net.Conn
	body    []byte
}

func (c *client) dial() error {
	conn, err := net.Dial("tcp", c.address)
	if err != nil {
		return err
	}
	c.conn = conn
	if c.tls != nil {
		c.conn = tls.Client(conn, c.tls)
	}
	c.reader = bufio.NewReaderSize(c.conn, 16384)
	head := fmt.Sprintf("POST /validate?timeout=10s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kube-apiserver-admission"+
		"\r\nContent-Length: %d\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\n"+
		"Accept-Encoding: gzip\r\n\r\n", len(c.settings.body))
	c.request = append([]byte(head), c.settings.body...)
	at := bytes.Index(c.request, []byte(c.mark))
	if at < 0 {
		return fmt.Errorf("there is no %s in the body", c.mark)
	}
	c.uid = c.request[at : at+len(c.mark)]
	for next := at + len(c.mark); ; {
		more := bytes.Index(c.request[next:], []byte(c.mark))
		if more < 0 {
			return nil
		}
		c.others = append(c.others, c.request[next+more:next+more+len(c.mark)])
		next += more + len(c.mark)
	}
}

// The last twelve digits of a uid are its number.
func (c *client) next(n int) {
	number := uint64(c.number)<<32 | uint64(n)
	for i := len(c.uid) - 1; i >= len(c.uid)-12; i-- {
		c.uid[i] = digits[number&15]
		number >>= 4
	}
	for _, other := range c.others {
		copy(other, c.uid)
	}
}

func (c *client) ask() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	status, err := c.reader.ReadSlice('\n')
	if err != nil {
		return err
	}
	ok := bytes.HasPrefix(status, []byte("HTTP/1.1 200"))
	length, err := c.length()
	if err != nil {
		return err
	}
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	c.body = c.body[:length]
	if _, err := io.ReadFull(c.reader, c.body); err != nil {
		return err
	}
	if !ok || !bytes.Contains(c.body, []byte(c.expect)) || c.echo && !bytes.Contains(c.body, c.uid) {
		return fmt.Errorf("answered: %.300s", c.body)
	}
	return nil
}

func (c *client) length() (int, error) {
	length := -1
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) == 2 {
			if length < 0 {
				return 0, fmt.Errorf("no Content-Length")
			}
			return length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if textproto.CanonicalMIMEHeaderKey(string(name)) == "Content-Length" {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
}

// Asks until the end; what began before the beginning only warms the server up.
func (c *client) run(begin, end time.Time, first time.Duration) (r result) {
	due := begin.Add(first - c.warm)
	for n := 0; ; n++ {
		if c.due > 0 {
			time.Sleep(time.Until(due))
		} else {
			due = time.Now()
		}
		if !due.Before(end) {
			return r
		}
		c.next(n)
		r.asked++
		if err := c.ask(); err != nil {
			r.failed++
			r.first = err.Error()
			return r
		}
		if !due.Before(begin) {
			r.times = append(r.times, time.Since(due))
		}
		due = due.Add(c.due)
	}
}

func main() {
	s := settings{}
	flag.StringVar(&s.address, "address", "", "host and port")
	flag.StringVar(&s.mark, "mark", "", "the uid in the body that is replaced, wherever it is")
	flag.StringVar(&s.expect, "expect", `"allowed":true`, "what an answer must contain")
	flag.BoolVar(&s.echo, "echo", false, "answers must contain the uid")
	flag.DurationVar(&s.warm, "warm", 200*time.Millisecond, "time before what is counted")
	flag.DurationVar(&s.duration, "duration", time.Second, "time that is counted")
	authority := flag.String("authority", "", "certificate of the authority; without it, plain HTTP")
	file := flag.String("body", "", "file with the body")
	connections := flag.Int("connections", 1, "connections")
	rate := flag.Float64("rate", 0, "requests per second, over all connections; 0: as many as there can be")
	flag.Parse()
	var err error
	if s.body, err = os.ReadFile(*file); err != nil {
		log.Fatal(err)
	}
	if *authority != "" {
		pem, err := os.ReadFile(*authority)
		if err != nil {
			log.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		s.tls = &tls.Config{RootCAs: roots, ServerName: "localhost", NextProtos: []string{"http/1.1"}}
	}
	if *rate > 0 {
		s.due = time.Duration(float64(*connections) / *rate * float64(time.Second))
	}
	report(s.load(*connections), s)
}

func (s settings) load(connections int) []result {
	clients := make([]*client, connections)
	for i := range clients {
		clients[i] = &client{settings: s, number: i}
		if err := clients[i].dial(); err != nil {
			log.Fatal(err)
		}
		if conn, secure := clients[i].conn.(*tls.Conn); secure {
			if err := conn.Handshake(); err != nil {
				log.Fatal(err)
			}
		}
	}
	results := make([]result, connections)
	begin := time.Now().Add(s.warm)
	fmt.Fprintln(os.Stderr, "begin")
	var group sync.WaitGroup
	for i, c := range clients {
		group.Add(1)
		go func() {
			defer group.Done()
			results[i] = c.run(begin, begin.Add(s.duration), s.due*time.Duration(i)/time.Duration(connections))
		}()
	}
	group.Wait()
	return results
}

func report(results []result, s settings) {
	var times []time.Duration
	asked, failed, first := 0, 0, ""
	for _, one := range results {
		times = append(times, one.times...)
		asked += one.asked
		failed += one.failed
		if first == "" {
			first = one.first
		}
	}
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	at := func(share float64) float64 {
		if len(times) == 0 {
			return 0
		}
		return times[int(share*float64(len(times)-1))].Seconds()
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{"requests": len(times), "asked": asked, "failed": failed, "first": first,
		"seconds": s.duration.Seconds(), "p50": at(0.5), "p99": at(0.99), "max": at(1)})
}
