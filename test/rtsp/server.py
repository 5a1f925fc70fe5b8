"""RTSP server for tests, on loopback only: digest login, RTP over TCP or UDP.

usage: /usr/bin/python3 server.py PORT FILE CODEC MODE USER PASSWORD

MODE fromStart: every viewer gets the recording from its first frame, once, with the recording's own times.
MODE loop: the recording runs without end, and a viewer joins wherever it is, as at a camera.
Prints `ready PORT` when it listens (port 0: any free one).
"""

import sys

import gi

for name in ("Gst", "GstRtsp", "GstRtspServer", "GstApp"):
    gi.require_version(name, "1.0")
from gi.repository import GLib, Gst, GstApp, GstRtsp, GstRtspServer  # noqa: E402, F401

Gst.init(None)
port, path, codec, mode, user, password = sys.argv[1:7]

PARSE, PAY, CAPS = {
    "h264": (
        "h264parse config-interval=-1",
        "rtph264pay name=pay0 pt=96 config-interval=-1",
        "video/x-h264,stream-format=byte-stream,alignment=au",
    ),
    "h265": (
        "h265parse config-interval=-1",
        "rtph265pay name=pay0 pt=96 config-interval=-1",
        "video/x-h265,stream-format=byte-stream,alignment=au",
    ),
    "mjpeg": ("jpegparse", "rtpjpegpay name=pay0 pt=26", "image/jpeg"),
}[codec]
DEMUX = "matroskademux" if path.endswith(".mkv") else "qtdemux"

factory = GstRtspServer.RTSPMediaFactory()


class Loop:
    """One endless player that feeds every viewer, so that nobody starts at the beginning."""

    def __init__(self):
        self.has_started = {}
        self.player = Gst.parse_launch(
            f'filesrc location="{path}" ! {DEMUX} ! {PARSE} ! {CAPS} ! '
            "appsink name=out sync=true max-buffers=30 emit-signals=true"
        )
        self.player.get_by_name("out").connect("new-sample", self.on_sample)
        bus = self.player.get_bus()
        bus.add_signal_watch()
        bus.connect("message::eos", lambda *_: self.player.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH, 0))
        bus.connect("message::error", lambda _, message: sys.exit(str(message.parse_error())))
        self.player.set_state(Gst.State.PLAYING)

    def on_sample(self, sink):
        sample = sink.emit("pull-sample")
        buffer = sample.get_buffer()
        for source in list(self.has_started):
            if not self.has_started[source]:
                if buffer.has_flags(Gst.BufferFlags.DELTA_UNIT):
                    continue  # the payloader wants a key frame first
                source.set_caps(sample.get_caps())
                self.has_started[source] = True
            copy = buffer.copy()
            # do-timestamp stamps the moment of arrival, which has no seam where the recording starts over.
            copy.pts = copy.dts = Gst.CLOCK_TIME_NONE
            source.push_buffer(copy)
        return Gst.FlowReturn.OK

    def on_media(self, _factory, media):
        source = media.get_element().get_by_name("src")
        self.has_started[source] = False
        media.connect("unprepared", lambda _media: self.has_started.pop(source, None))


if mode == "loop":
    loop = Loop()
    factory.set_shared(True)
    factory.set_launch(
        f"( appsrc name=src is-live=true do-timestamp=true format=time ! {PARSE.split()[0]} ! {PAY} )"
    )
    # Connected once: twice, and every frame would come twice.
    factory.connect("media-configure", loop.on_media)
else:
    factory.set_shared(False)
    factory.set_launch(f'( filesrc location="{path}" ! {DEMUX} ! {PARSE.split()[0]} ! {PAY} )')

auth = GstRtspServer.RTSPAuth()
auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
token = GstRtspServer.RTSPToken()
token.set_string("media.factory.role", "user")
auth.add_digest(user, password, token)
role = Gst.Structure.new_from_string(
    "user, media.factory.access=(boolean)true, media.factory.construct=(boolean)true"
)
factory.add_role_from_structure(role[0] if isinstance(role, tuple) else role)

server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
server.set_auth(auth)
server.get_mount_points().add_factory("/live", factory)
if not server.attach(None):
    sys.exit("port in use")
print("ready", server.get_bound_port(), flush=True)
GLib.MainLoop().run()
