// A webhook as people write it in Go, to compare the gate with: net/http over TLS, encoding/json into structs, and
// the work of a warm gate: each image's digest and annotated scan, looked up in memory, compared with limits,
// answered, and written to an audit log on standard output, one line for each review.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	maxBytes   = 7 << 20
	annotation = "scan-result.scangate.dev/"
)

type kind struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
}

type container struct {
	Name  string `json:"name"`
	Image string `json:"image"`
}

type metadata struct {
	Name         string            `json:"name"`
	GenerateName string            `json:"generateName"`
	Annotations  map[string]string `json:"annotations"`
}

type podSpec struct {
	ServiceAccountName  string      `json:"serviceAccountName"`
	Containers          []container `json:"containers"`
	InitContainers      []container `json:"initContainers"`
	EphemeralContainers []container `json:"ephemeralContainers"`
}

type template struct {
	Metadata metadata `json:"metadata"`
	Spec     podSpec  `json:"spec"`
}

// A pod, or an object with a pod template: both in one, so that nothing is decoded twice.
type object struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		podSpec
		Template *template `json:"template"`
	} `json:"spec"`
}

func (o *object) pod() (map[string]string, *podSpec) {
	if o.Spec.Template != nil {
		return o.Spec.Template.Metadata.Annotations, &o.Spec.Template.Spec
	}
	return o.Metadata.Annotations, &o.Spec.podSpec
}

type request struct {
	UID       string `json:"uid"`
	Kind      kind   `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Operation string `json:"operation"`
	UserInfo  struct {
		Username string `json:"username"`
	} `json:"userInfo"`
	Object object `json:"object"`
	DryRun bool   `json:"dryRun"`
}

type review struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Request    *request `json:"request"`
}

type status struct {
	Status  string `json:"status"`
	Code    int    `json:"code"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

type response struct {
	UID              string            `json:"uid"`
	Allowed          bool              `json:"allowed"`
	AuditAnnotations map[string]string `json:"auditAnnotations"`
	Status           *status           `json:"status,omitempty"`
}

type answer struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Response   response `json:"response"`
}

type counts struct {
	Critical   int `json:"critical"`
	High       int `json:"high"`
	Medium     int `json:"medium"`
	Low        int `json:"low"`
	Negligible int `json:"negligible"`
	Undefined  int `json:"undefined"`
}

// What is remembered of a scan, as the file with the cache says it: the key is its id.
type scan struct {
	Digest    string `json:"digest"`
	ImageID   string `json:"imageId"`
	ScannedAt string `json:"scannedAt"`
	Counts    counts `json:"counts"`
}

type finding struct {
	Containers []string `json:"containers"`
	Reference  string   `json:"reference"`
	Digest     string   `json:"digest"`
	Registry   string   `json:"registry"`
	ScanID     string   `json:"scanResultId"`
	ImageID    string   `json:"imageId"`
	ScannedAt  string   `json:"scannedAt"`
	Counts     counts   `json:"counts"`
	Limits     counts   `json:"limits"`
	Decision   string   `json:"decision"`
	Reason     string   `json:"reason"`
	Message    string   `json:"message"`
}

type record struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Time       string `json:"time"`
	Request    struct {
		UID            string `json:"uid"`
		DryRun         bool   `json:"dryRun"`
		User           string `json:"user"`
		Operation      string `json:"operation"`
		Group          string `json:"group"`
		Version        string `json:"version"`
		Kind           string `json:"kind"`
		Namespace      string `json:"namespace"`
		Name           string `json:"name"`
		ServiceAccount string `json:"serviceAccount"`
	} `json:"request"`
	Decision string    `json:"decision"`
	Allowed  bool      `json:"allowed"`
	Reason   string    `json:"reason"`
	Images   []finding `json:"images"`
	Latency  float64   `json:"latencySeconds"`
}

type gate struct {
	cache  map[string]scan
	limits counts
}

func (g *gate) validate(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	if r.Method != http.MethodPost || r.ContentLength < 0 || r.ContentLength > maxBytes {
		http.Error(w, "not a review", http.StatusBadRequest)
		return
	}
	body := make([]byte, r.ContentLength)
	if _, err := io.ReadFull(r.Body, body); err != nil {
		http.Error(w, "cut off", http.StatusBadRequest)
		return
	}
	var asked review
	if err := json.Unmarshal(body, &asked); err != nil || asked.Request == nil {
		http.Error(w, "not a review", http.StatusBadRequest)
		return
	}
	findings, allowed, reason := g.judge(asked.Request)
	given := answer{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"}
	given.Response = response{UID: asked.Request.UID, Allowed: allowed, AuditAnnotations: map[string]string{
		"decision": decision(allowed), "mode": "enforce", "reason": reason, "uid": asked.Request.UID}}
	if !allowed {
		given.Response.Status = &status{"Failure", 403, "Forbidden", findings[0].Message}
	}
	out, err := json.Marshal(given)
	if err == nil {
		err = g.record(asked.Request, findings, allowed, reason, begun)
	}
	if err != nil {
		http.Error(w, "no record", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(out)
}

func (g *gate) judge(r *request) ([]finding, bool, string) {
	annotations, pod := r.Object.pod()
	findings := make([]finding, 0, len(pod.Containers))
	allowed, reason := true, "within-limits"
	for _, list := range [][]container{pod.Containers, pod.InitContainers, pod.EphemeralContainers} {
		for _, one := range list {
			found := g.image(one, annotations[annotation+one.Name])
			if found.Decision != "allow" && allowed {
				allowed, reason = false, found.Reason
			}
			findings = append(findings, found)
		}
	}
	return findings, allowed && len(findings) > 0, reason
}

func (g *gate) image(one container, id string) finding {
	name, digest, pinned := strings.Cut(one.Image, "@")
	host, _, _ := strings.Cut(name, "/")
	found := finding{Containers: []string{one.Name}, Reference: one.Image, Digest: digest, Registry: host,
		ScanID: id, Limits: g.limits, Decision: "deny"}
	known, there := g.cache[id]
	switch {
	case !pinned:
		found.Reason, found.Message = "unpinned", "it is not named by a digest"
	case !there:
		found.Reason, found.Message = "missing", "no scan result is known for it"
	case known.Digest != digest:
		found.Reason, found.Message = "mismatched", fmt.Sprintf("scan %s is of another image", id)
	default:
		found.ImageID, found.ScannedAt, found.Counts = known.ImageID, known.ScannedAt, known.Counts
		if within(known.Counts, g.limits) {
			found.Decision, found.Reason = "allow", "within-limits"
			found.Message = fmt.Sprintf("scan %s of %s is within the limits", id, known.ScannedAt)
		} else {
			found.Reason, found.Message = "over-limits", fmt.Sprintf("scan %s is over the limits", id)
		}
	}
	return found
}

func within(c, l counts) bool {
	return c.Critical <= l.Critical && c.High <= l.High && c.Medium <= l.Medium && c.Low <= l.Low &&
		c.Negligible <= l.Negligible && c.Undefined <= l.Undefined
}

func decision(allowed bool) string {
	if allowed {
		return "allow"
	}
	return "deny"
}

func (g *gate) record(r *request, findings []finding, allowed bool, reason string, begun time.Time) error {
	line := record{APIVersion: "scangate.dev/v1", Kind: "AdmissionRecord", Decision: decision(allowed),
		Allowed: allowed, Reason: reason, Images: findings}
	line.Time = begun.UTC().Format("2006-01-02T15:04:05.000Z")
	_, pod := r.Object.pod()
	to := &line.Request
	to.UID, to.DryRun, to.User, to.Operation = r.UID, r.DryRun, r.UserInfo.Username, r.Operation
	to.Group, to.Version, to.Kind = r.Kind.Group, r.Kind.Version, r.Kind.Kind
	to.Namespace, to.Name, to.ServiceAccount = r.Namespace, r.Name, pod.ServiceAccountName
	line.Latency = time.Since(begun).Seconds()
	text, err := json.Marshal(line)
	if err == nil {
		_, err = os.Stdout.Write(append(text, '\n'))
	}
	return err
}

func main() {
	certificate := flag.String("cert", "tls.crt", "certificate")
	key := flag.String("key", "tls.key", "its key")
	cache := flag.String("cache", "cache.json", "what is remembered: scans by their ids")
	port := flag.Int("port", 0, "port on the loopback; 0: any")
	flag.Parse()
	g := &gate{}
	text, err := os.ReadFile(*cache)
	if err == nil {
		err = json.Unmarshal(text, &g.cache)
	}
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	// As the gate announces itself.
	fmt.Fprintf(os.Stderr, `{"message":"listening","reviews":"https://%s"}`+"\n", listener.Addr())
	http.HandleFunc("/validate", g.validate)
	log.Fatal((&http.Server{}).ServeTLS(listener, *certificate, *key))
}
