{{/* The webhook configuration, as it is meant to be. */}}

{{/* Namespaces that are left out. By the name that the API server gives them: a label that somebody else may set
     would open the gate. */}}
{{- define "scangate.exemptNamespaces" -}}
{{- toYaml (concat (list "kube-system" .Release.Namespace) .Values.webhook.exemptNamespaces | uniq) -}}
{{- end -}}

{{- define "scangate.namespaceSelector" -}}
{{- $more := .Values.webhook.namespaceSelector -}}
{{- with $more.matchLabels }}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{- end }}
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values:
      {{- include "scangate.exemptNamespaces" . | nindent 6 }}
  {{- with $more.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The owner of an object that is being deleted must be able to let go of it, whether or not the gate is up. The gate
     itself admits such updates. */}}
{{- define "scangate.notBeingDeleted" -}}
request.operation != 'UPDATE' || !has(oldObject.metadata.deletionTimestamp)
{{- end -}}

{{/* True where one kind's pod, at a path, is what it was: (dict "group" "…" "kind" "…" "path" (list …)) */}}
{{- define "scangate.samePod" -}}
{{- $terms := list (printf "request.kind.group == '%s' && request.kind.kind == '%s'" .group .kind) -}}
{{- range $end, $_ := .path -}}
{{- $field := join "." (slice $.path 0 (add1 $end)) -}}
{{- $terms = append $terms (printf "has(object.%s) && has(oldObject.%s)" $field $field) -}}
{{- end -}}
{{- $field := join "." .path -}}
{{- $terms = append $terms (printf "object.%s == oldObject.%s" $field $field) -}}
({{ join " && " $terms }})
{{- end -}}

{{/* Only the images that an update brings in are judged. It brings in none where the whole pod, or the whole pod
     template, is equal to the stored one: scaling, labels, finalizers, which then do not need the gate. Compared are
     whole specs and never lists of images, so that no field can be forgotten. A kind that is not listed is judged. */}}
{{- define "scangate.bringsInAPod" -}}
{{- $same := list (include "scangate.samePod" (dict "group" "" "kind" "Pod" "path" (list "spec"))) -}}
{{- if .Values.webhook.workloads -}}
{{- range list (list "" "PodTemplate" "template") (list "" "ReplicationController" "spec.template")
  (list "apps" "DaemonSet" "spec.template") (list "apps" "Deployment" "spec.template")
  (list "apps" "ReplicaSet" "spec.template") (list "apps" "StatefulSet" "spec.template")
  (list "batch" "CronJob" "spec.jobTemplate.spec.template") (list "batch" "Job" "spec.template") -}}
{{- $same = append $same (include "scangate.samePod" (dict "group" (index . 0) "kind" (index . 1) "path" (splitList "." (index . 2)))) -}}
{{- end -}}
{{- end -}}
{{- range .Values.podTemplates -}}
{{- $same = append $same (include "scangate.samePod" (dict "group" .group "kind" .kind "path" (splitList "." .path))) -}}
{{- end -}}
request.operation != 'UPDATE' || !(
{{- range $index, $term := $same }}
  {{ if $index }}|| {{ end }}{{ $term }}
{{- end }}
)
{{- end -}}

{{- define "scangate.rules" -}}
- apiGroups: [""]
  apiVersions: ["*"]
  operations: [CREATE, UPDATE]
  resources: [pods, pods/ephemeralcontainers]
  scope: Namespaced
{{- if .Values.webhook.workloads }}
- apiGroups: [""]
  apiVersions: ["*"]
  operations: [CREATE, UPDATE]
  resources: [podtemplates, replicationcontrollers]
  scope: Namespaced
- apiGroups: [apps]
  apiVersions: ["*"]
  operations: [CREATE, UPDATE]
  resources: [daemonsets, deployments, replicasets, statefulsets]
  scope: Namespaced
- apiGroups: [batch]
  apiVersions: ["*"]
  operations: [CREATE, UPDATE]
  resources: [cronjobs, jobs]
  scope: Namespaced
{{- end }}
{{- range .Values.podTemplates }}
- apiGroups: [{{ .group | quote }}]
  apiVersions: ["*"]
  operations: [CREATE, UPDATE]
  resources: [{{ .resource }}]
  scope: "*"
{{- end }}
{{- end -}}

{{/* The one webhook: (dict "root" $ "rules" true) */}}
{{- define "scangate.webhooks" -}}
{{- $v := .root.Values -}}
- name: validate.scangate.dev
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: {{ $v.webhook.failurePolicy }}
  timeoutSeconds: {{ $v.webhook.timeoutSeconds }}
  matchPolicy: Equivalent
  clientConfig:
    {{- if $v.webhook.url }}
    url: {{ $v.webhook.url }}
    {{- else }}
    service:
      name: {{ include "scangate.fullname" .root }}
      namespace: {{ .root.Release.Namespace }}
      path: /validate
      port: {{ $v.service.port }}
    {{- end }}
    {{- if eq $v.certificates.mode "own" }}
    caBundle: {{ $v.certificates.own.caBundle | b64enc }}
    {{- end }}
  namespaceSelector:
    {{- include "scangate.namespaceSelector" .root | trim | nindent 4 }}
  objectSelector: {{ toJson $v.webhook.objectSelector }}
  matchConditions:
    - name: not-being-deleted
      expression: {{ include "scangate.notBeingDeleted" .root | quote }}
    - name: brings-in-a-pod
      expression: |-
        {{- include "scangate.bringsInAPod" .root | nindent 8 }}
    {{- range $v.webhook.matchConditions }}
    - name: {{ .name }}
      expression: {{ .expression | quote }}
    {{- end }}
  {{- if .rules }}
  rules:
    {{- include "scangate.rules" .root | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "scangate.webhookMetadata" -}}
{{- $annotations := .Values.webhook.annotations -}}
{{- if eq .Values.certificates.mode "certManager" -}}
{{- $from := printf "%s/%s-certificate" .Release.Namespace (include "scangate.fullname" .) -}}
{{- $annotations = merge (dict "cert-manager.io/inject-ca-from" $from) $annotations -}}
{{- end -}}
{{- include "scangate.metadata" (dict "root" . "name" (include "scangate.fullname" .) "cluster" true "annotations" $annotations) -}}
{{- end -}}

{{- define "scangate.expectedWebhook" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: {{ include "scangate.fullname" . }}
webhooks:
  {{- include "scangate.webhooks" (dict "root" . "rules" true) | nindent 2 }}
{{- end -}}

{{/* CEL: every image of a pod, which is the variable of this name. */}}
{{- define "scangate.imagesOf" -}}
{{- $spec := printf "%s.spec" . -}}
{{- range $index, $field := list "containers" "initContainers" "ephemeralContainers" -}}
{{ if $index }}+ {{ end }}(has({{ $spec }}.{{ $field }}) ? {{ $spec }}.{{ $field }}.map(c, has(c.image) ? c.image : '') : [])
{{ end -}}
+ (has({{ $spec }}.volumes) ? {{ $spec }}.volumes.filter(v, has(v.image)).map(v, has(v.image.reference) ? v.image.reference : '') : [])
{{- end -}}
