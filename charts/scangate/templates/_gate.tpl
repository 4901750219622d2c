{{/* Parts of the gate's pods. */}}

{{- define "scangate.spread" -}}
{{- if kindIs "invalid" .Values.topologySpreadConstraints -}}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- topologyKey: {{ . }}
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  # Replicas of one version among themselves, so that old ones do not count while a new version rolls out.
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels:
      {{- include "scangate.selectorLabels" $ | nindent 6 }}
      app.kubernetes.io/component: gate
{{- end }}
{{- else -}}
{{- toYaml .Values.topologySpreadConstraints -}}
{{- end -}}
{{- end -}}

{{- define "scangate.environment" -}}
- name: SCANGATE_SERVE_CONFIG
  value: /etc/scangate/gate/gate.yaml
{{- with include "scangate.cloudEnvironment" . | trim }}
{{ . }}
{{- end }}
{{- end -}}

{{/* Of everything that talks to the cloud. */}}
{{- define "scangate.cloudEnvironment" -}}
{{- with .Values.proxy.https }}
- name: HTTPS_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with .Values.proxy.http }}
- name: HTTP_PROXY
  value: {{ . | quote }}
{{- end }}
{{- if or .Values.proxy.https .Values.proxy.http }}
{{- /* YAML takes a bare `no:` for false. */}}
- name: NO_PROXY
  value: {{ join "," (compact (list "169.254.169.254" (get .Values.proxy "no") (get .Values.proxy "false"))) | quote }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Whole folders and never subPath: what is mounted by subPath stays as it was when its source changes. */}}
{{- define "scangate.mounts" -}}
- name: scratch
  mountPath: /tmp
- name: gate
  mountPath: /etc/scangate/gate
  readOnly: true
- name: policy
  mountPath: /etc/scangate/policy
  readOnly: true
- name: table
  mountPath: /etc/scangate/table
  readOnly: true
- name: certificate
  mountPath: /etc/scangate/tls
  readOnly: true
{{- with include "scangate.identityMount" . | trim }}
{{ . }}
{{- end }}
{{- if .Values.selfCheck.enabled }}
- name: expected
  mountPath: /etc/scangate/webhook
  readOnly: true
{{- end }}
{{- if .Values.audit.enabled }}
- name: audit
  mountPath: /etc/scangate/audit
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "scangate.volumes" -}}
{{- $fullname := include "scangate.fullname" . -}}
- name: scratch
  emptyDir:
    medium: Memory
    sizeLimit: {{ .Values.scratchSize }}
- name: gate
  configMap:
    name: {{ $fullname }}-gate
{{ include "scangate.policyVolume" . }}
{{- if .Values.table.fetch.enabled }}
- name: table
  emptyDir:
    medium: Memory
    sizeLimit: {{ .Values.scratchSize }}
# For the container that brings the table, and for no other.
- name: cluster-token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3600
      - configMap:
          name: kube-root-ca.crt
          items:
            - {key: ca.crt, path: ca.crt}
{{- else }}
{{ include "scangate.tableVolume" . }}
{{- end }}
{{- if .Values.audit.enabled }}
# What the last audit of running pods came to, for the metrics.
- name: audit
  configMap:
    name: {{ include "scangate.auditName" . }}
    optional: true
{{- end }}
# The two keys by name: a pod waits until both are there, and the key of the authority, which may be in the same
# Secret, never comes near a gate.
- name: certificate
  secret:
    secretName: {{ include "scangate.certificateSecret" . }}
    defaultMode: 0440
    items:
      - {key: tls.crt, path: tls.crt}
      - {key: tls.key, path: tls.key}
{{- with include "scangate.identityVolume" . | trim }}
{{ . }}
{{- end }}
{{- if .Values.selfCheck.enabled }}
- name: expected
  configMap:
    name: {{ $fullname }}-webhook
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "scangate.policyVolume" -}}
- name: policy
  configMap:
    name: {{ include "scangate.policyConfigMap" . }}
    {{- if .Values.policy.existingConfigMap.name }}
    items:
      - key: {{ .Values.policy.existingConfigMap.key }}
        path: policy.yaml
    {{- end }}
{{- end -}}

{{- define "scangate.tableVolume" -}}
{{- $fullname := include "scangate.fullname" . -}}
- name: table
  projected:
    sources:
      - configMap:
          name: {{ $fullname }}-table
      {{- range .Values.table.existingConfigMaps }}
      - configMap:
          name: {{ . }}
      {{- end }}
      {{- if .Values.tableSync.enabled }}
      {{- range include "scangate.syncedConfigMaps" . | fromYamlArray }}
      - configMap:
          name: {{ . }}
      {{- end }}
      {{- end }}
{{- end -}}

{{- define "scangate.identityMount" -}}
{{- if has .Values.identity.mode (list "key" "federation" "token") }}
- name: identity
  mountPath: /etc/scangate/identity
  readOnly: true
{{- end }}
{{- end -}}

{{- define "scangate.identityVolume" -}}
{{- $fullname := include "scangate.fullname" . -}}
{{- if eq .Values.identity.mode "key" }}
- name: identity
  secret:
    secretName: {{ default (printf "%s-key" $fullname) .Values.identity.key.existingSecret }}
    defaultMode: 0440
    items:
      - {key: {{ .Values.identity.key.secretKey | quote }}, path: key.json}
{{- else if eq .Values.identity.mode "token" }}
- name: identity
  secret:
    secretName: {{ .Values.identity.token.existingSecret }}
    defaultMode: 0440
    items:
      - {key: {{ .Values.identity.token.secretKey | quote }}, path: token}
{{- else if eq .Values.identity.mode "federation" }}
# For the cloud alone: its audience is not that of the cluster's API server.
- name: identity
  projected:
    sources:
      - serviceAccountToken:
          path: token
          audience: {{ .Values.identity.federation.audience | quote }}
          expirationSeconds: {{ .Values.identity.federation.expirationSeconds }}
{{- end }}
{{- end -}}

{{/* The port of a proxy. */}}
{{- define "scangate.portOf" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- default (ternary "443" "80" (eq $url.scheme "https")) $port -}}
{{- end -}}
