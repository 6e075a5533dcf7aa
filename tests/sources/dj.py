"""Small libraries as programs for DJs write them."""

REKORDBOX = """<?xml version="1.0" encoding="UTF-8"?>
<DJ_PLAYLISTS Version="1.0.0">
  <PRODUCT Name="rekordbox" Version="6.8.5" Company="AlphaTheta"/>
  <COLLECTION Entries="3">
    <TRACK TrackID="1" Name="Roads" Artist="Portishead" Album="Dummy" TotalTime="305" Year="1994" AverageBpm="81.25"
      Tonality="8A" Label="Go! Beat" PlayCount="3" Location="file://localhost/C:/Users/somebody/Roads.mp3">
      <TEMPO Inizio="0.025" Bpm="81.25" Metro="4/4" Battito="1"/>
      <POSITION_MARK Name="" Type="0" Start="12.5" Num="-1"/>
    </TRACK>
    <TRACK TrackID="2" Name="Numb &amp; Number" Artist="Portishead" Album="" TotalTime="0" Year="0" AverageBpm="0.00"
      Tonality="" Location="file://localhost/C:/Users/somebody/2.mp3"/>
    <TRACK TrackID="3" Name="" Artist="" TotalTime="12" AverageBpm="100.00"
      Location="file://localhost/C:/Users/somebody/3.wav"/>
  </COLLECTION>
  <PLAYLISTS><NODE Type="0" Name="ROOT"><NODE Name="Set" Type="1"><TRACK Key="1"/></NODE></NODE></PLAYLISTS>
</DJ_PLAYLISTS>
"""
TRAKTOR = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<NML VERSION="19"><HEAD COMPANY="www.native-instruments.com" PROGRAM="Traktor"></HEAD>
<COLLECTION ENTRIES="2">
<ENTRY MODIFIED_DATE="2026/1/1" TITLE="Roads" ARTIST="Portishead">
<LOCATION DIR="/:Users/:somebody/:" FILE="Roads.mp3" VOLUME="Macintosh HD"></LOCATION>
<ALBUM TRACK="6" TITLE="Dummy"></ALBUM>
<INFO LABEL="Go! Beat" KEY="1m" PLAYTIME="305" PLAYTIME_FLOAT="305.125" RELEASE_DATE="1994/8/22"></INFO>
<TEMPO BPM="81.250000" BPM_QUALITY="100.000000"></TEMPO><MUSICAL_KEY VALUE="21"></MUSICAL_KEY></ENTRY>
<ENTRY TITLE="Numb" ARTIST="Portishead"><INFO KEY="8d" RELEASE_DATE="1994/1/1"></INFO></ENTRY>
</COLLECTION>
<PLAYLISTS><NODE TYPE="PLAYLIST" NAME="Set"><PLAYLIST ENTRIES="1" TYPE="LIST">
<ENTRY><PRIMARYKEY TYPE="TRACK" KEY="Macintosh HD/:Users/:somebody/:Roads.mp3"></PRIMARYKEY></ENTRY>
</PLAYLIST></NODE></PLAYLISTS></NML>
"""
M3U = """#EXTM3U
#EXTINF:305,Portishead - Roads
/home/somebody/Music/Roads.mp3
#EXTINF:-1,Portishead \N{EN DASH} Numb - Live
#EXTALB:Roseland NYC Live
C:\\Users\\somebody\\Numb.mp3
/home/somebody/Music/untagged.mp3
"""
