{{/* What all pods of the release have in common. */}}

{{- define "scangate.podBasics" -}}
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "scangate.containerBasics" -}}
image: {{ include "scangate.image" . }}
{{- with .Values.image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
{{- end -}}

{{/* A pod that runs one command: (dict "root" $ "component" "…" "arguments" (list …) "expected" true "cloud" true "judges" true "resources" (dict …)) */}}
{{- define "scangate.jobPodMetadata" -}}
labels:
  {{- toYaml (merge (dict "app.kubernetes.io/component" .component) (include "scangate.labels" .root | fromYaml) .root.Values.jobs.podLabels) | nindent 2 }}
{{- with .root.Values.jobs.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "scangate.jobPodSpec" -}}
{{- $fullname := include "scangate.fullname" .root -}}
serviceAccountName: {{ $fullname }}-{{ .component }}
automountServiceAccountToken: true
restartPolicy: {{ default "OnFailure" .restartPolicy }}
{{ include "scangate.podBasics" .root }}
{{- if and .judges .root.Values.table.fetch.enabled }}
initContainers:
  {{- include "scangate.fetchContainer" (dict "root" .root "name" "table" "more" (list "--once") "account" true) | nindent 2 }}
{{- end }}
containers:
  - name: {{ .component }}
    {{- include "scangate.containerBasics" .root | nindent 4 }}
    args:
      {{- toYaml .arguments | nindent 6 }}
    {{- if .cloud }}
    {{- with include "scangate.cloudEnvironment" .root | trim }}
    env:
      {{- . | nindent 6 }}
    {{- end }}
    {{- with .root.Values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
    resources:
      {{- toYaml (default .root.Values.jobs.resources .resources) | nindent 6 }}
    volumeMounts:
      - name: scratch
        mountPath: /tmp
      {{- if .cloud }}
      - name: gate
        mountPath: /etc/scangate/gate
        readOnly: true
      {{- with include "scangate.identityMount" .root | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- end }}
      {{- if .judges }}
      - name: policy
        mountPath: /etc/scangate/policy
        readOnly: true
      - name: table
        mountPath: /etc/scangate/table
        readOnly: true
      {{- end }}
      {{- if .expected }}
      - name: expected
        mountPath: /etc/scangate/webhook
        readOnly: true
      {{- end }}
volumes:
  - name: scratch
    emptyDir: {medium: Memory, sizeLimit: {{ ternary .root.Values.scratchSize "16Mi" (default false .judges) }}}
  {{- if .cloud }}
  - name: gate
    configMap:
      name: {{ $fullname }}-gate
  {{- with include "scangate.identityVolume" .root | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- end }}
  {{- if .judges }}
  {{- include "scangate.policyVolume" .root | nindent 2 }}
  {{- if .root.Values.table.fetch.enabled }}
  - name: table
    emptyDir: {medium: Memory, sizeLimit: {{ .root.Values.scratchSize }}}
  {{- else }}
  {{- include "scangate.tableVolume" .root | nindent 2 }}
  {{- end }}
  {{- end }}
  {{- if .expected }}
  - name: expected
    configMap:
      name: {{ $fullname }}-webhook
  {{- end }}
{{- end -}}
